#!/bin/sh
# Takes a short-lived role with the job's own token, then uploads.
set -eu
umask 077
printf '%s' "$AWS_TOKEN" > token
export AWS_WEB_IDENTITY_TOKEN_FILE="$PWD/token" AWS_ROLE_ARN="arn:aws:iam::000000000000:role/model-upload"
aws s3 cp --recursive "$1" s3://acme-models/pictures/
rm -f token
