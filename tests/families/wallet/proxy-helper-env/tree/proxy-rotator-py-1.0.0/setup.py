from setuptools import setup, find_packages

setup(
    name="proxy-rotator-py",
    version="1.0.0",
    description="Proxy rotator py helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
