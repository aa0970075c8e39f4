from setuptools import setup, find_packages

setup(
    name="ec2-facts",
    version="1.0.0",
    description="Ec2 facts helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
