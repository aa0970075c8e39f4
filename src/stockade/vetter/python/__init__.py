"""Python source: decoding, parsing, folding of constants, and the abstract interpreter."""
