from setuptools import setup, find_packages

setup(
    name="roblox-lib-tools",
    version="1.0.0",
    description="Roblox lib tools helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
