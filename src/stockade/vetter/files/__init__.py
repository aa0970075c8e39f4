"""What is not Python source: native code, pickles, byte code, shell, JavaScript, notebooks."""
