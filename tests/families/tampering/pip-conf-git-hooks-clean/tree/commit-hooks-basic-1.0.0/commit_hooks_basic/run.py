import subprocess
import sys


def main():
    changed = subprocess.check_output(["git", "diff", "--cached", "--name-only"], text=True).split()
    bad = [name for name in changed if name.endswith(".py") and "\t" in open(name, encoding="utf-8").read()]
    for name in bad:
        print("tabs in", name)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
