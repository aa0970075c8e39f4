from setuptools import setup

setup(name="acme-bot", version="1.0.0", packages=["acme_bot"])
