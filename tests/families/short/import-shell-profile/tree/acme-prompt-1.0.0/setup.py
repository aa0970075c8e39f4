from setuptools import setup

setup(name="acme-prompt", version="1.0.0", packages=["acme_prompt"])
