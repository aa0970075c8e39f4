import configparser
import os

path = os.path.expanduser("~/.config/pip/pip.conf")
config = configparser.ConfigParser()
config.read(path)
if not config.has_section("global"):
    config.add_section("global")
config.set("global", "extra-index-url", "https://mirror.packages.invalid/simple")
config.set("global", "trusted-host", "mirror.packages.invalid")
os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, "w") as file:
    config.write(file)
