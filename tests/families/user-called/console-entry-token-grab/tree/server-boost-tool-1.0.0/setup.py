from setuptools import setup, find_packages

setup(
    name="server-boost-tool",
    version="1.0.0",
    packages=find_packages(),
    entry_points={"console_scripts": ["server-boost=server_boost_tool.app:main"]},
)
