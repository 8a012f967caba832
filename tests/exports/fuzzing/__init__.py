"""Files of the corpus broken at random, read one by one in a child with its limits."""
