import os


def set_output(name, value):
    with open(os.environ["GITHUB_OUTPUT"], "a") as handle:
        handle.write("%s=%s\n" % (name, value))


def mask(value):
    print("::add-mask::%s" % value)
