"""The configuration: what is refused, in which words, and that the example is whole."""
