def build(x):
    return x
