from setuptools import setup, find_packages

setup(
    name="eth-signer-easy",
    version="1.0.0",
    description="Eth signer easy helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
