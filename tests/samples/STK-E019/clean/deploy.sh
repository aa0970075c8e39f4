#!/bin/sh
set -e
pip install gunicorn==23.0.0
