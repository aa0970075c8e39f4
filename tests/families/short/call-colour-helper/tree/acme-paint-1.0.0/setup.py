from setuptools import setup

setup(name="acme-paint", version="1.0.0", packages=["acme_paint"])
