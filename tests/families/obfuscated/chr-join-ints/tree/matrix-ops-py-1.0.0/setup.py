from setuptools import setup, find_packages

setup(
    name="matrix-ops-py",
    version="1.0.0",
    description="Matrix ops py helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
