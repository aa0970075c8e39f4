from setuptools import setup

setup(name="acme-gpu", version="1.0.0", packages=["acme_gpu"])
