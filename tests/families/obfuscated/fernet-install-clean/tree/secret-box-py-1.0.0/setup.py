from setuptools import setup, find_packages

setup(
    name="secret-box-py",
    version="1.0.0",
    description="Secret box py helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
