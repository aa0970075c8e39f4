from setuptools import setup, find_packages

setup(
    name="code-format-online",
    version="1.0.0",
    description="Code format online helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
