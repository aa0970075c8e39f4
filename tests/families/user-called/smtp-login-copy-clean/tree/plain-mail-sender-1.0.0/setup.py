from setuptools import setup, find_packages

setup(
    name="plain-mail-sender",
    version="1.0.0",
    description="Plain mail sender helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
