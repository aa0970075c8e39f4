from setuptools import setup, find_packages

setup(
    name="instance-facts",
    version="1.0.0",
    description="Instance facts helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
