from setuptools import setup, find_packages

setup(
    name="ml-driver-setup",
    version="1.0.0",
    description="Ml driver setup helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
