package sites

// choose makes the site of that number wrong, and 0 none. In an ordinary build
// there is nothing to choose from, and it returns false: the build with the
// changed source has another one in its place.
func choose(int) bool { return false }
