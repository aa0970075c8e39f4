#!/bin/sh
# Builds the image and tells the cluster to take it.
set -eu
docker build -t registry.acme.example/shop:latest .
docker push registry.acme.example/shop:latest
aws ecs update-service --cluster shop --service web --force-new-deployment
