"""The tools, a module each: a class with the decorator ``register``, and no list to add it to."""
