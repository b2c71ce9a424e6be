#!/usr/bin/env bash
# The stock aws CLI against `ircontain sandbox`: a client nobody here wrote must
# get what AWS would answer. Skipped where the aws CLI is not installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v aws >/dev/null 2>&1; then
  echo "test-aws-cli: the aws CLI is not installed, skipped"
  exit 0
fi

work=$(mktemp -d)
sandbox=
cleanup() {
  [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
  [ -z "$sandbox" ] || wait "$sandbox" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

GO=${GO:-go}
CGO_ENABLED=0 "$GO" build -trimpath -o "$work/ircontain" ./cmd/ircontain

# No profile and no instance role of this machine may take part.
unset "${!AWS_@}"
export HOME="$work" AWS_CONFIG_FILE="$work/none" AWS_SHARED_CREDENTIALS_FILE="$work/none"
export AWS_EC2_METADATA_DISABLED=true AWS_PAGER="" AWS_MAX_ATTEMPTS=1

"$work/ircontain" sandbox >"$work/exports" 2>"$work/sandbox.log" &
sandbox=$!
for _ in $(seq 100); do
  grep -q "^serving" "$work/sandbox.log" && break
  kill -0 "$sandbox" 2>/dev/null || { echo "test-aws-cli: the sandbox did not start:"; cat "$work/sandbox.log"; exit 1; }
  sleep 0.1
done
# shellcheck disable=SC1091 # written by the sandbox
source "$work/exports"
echo "test-aws-cli: $(aws --version) against $AWS_ENDPOINT_URL"

user=svc-billing-export
key=AKIASIMT5KQ3WJHN7QZX
account=000000000000
checks=0
failed=0

fail() {
  failed=$((failed + 1))
  printf 'FAIL %s\n' "$1"
  sed 's/^/     /' "$work/out"
}

# want NAME WANTED COMMAND...: the command succeeds and its text is exactly WANTED.
want() {
  local name=$1 wanted=$2
  shift 2
  checks=$((checks + 1))
  if ! "$@" >"$work/out" 2>&1 || [ "$(cat "$work/out")" != "$wanted" ]; then
    fail "$name: want: $wanted"
  fi
}

# has NAME PATTERN COMMAND...: the command succeeds and a line matches PATTERN.
has() {
  local name=$1 pattern=$2
  shift 2
  checks=$((checks + 1))
  if ! "$@" >"$work/out" 2>&1 || ! grep -Eq -- "$pattern" "$work/out"; then
    fail "$name: want a line like: $pattern"
  fi
}

# refused NAME PATTERN COMMAND...: the command fails, and says PATTERN.
refused() {
  local name=$1 pattern=$2
  shift 2
  checks=$((checks + 1))
  if "$@" >"$work/out" 2>&1 || ! grep -Eq -- "$pattern" "$work/out"; then
    fail "$name: want a refusal like: $pattern"
  fi
}

text() { aws --output text "$@"; }

# Who am I, and whose key is it?
want "sts get-caller-identity" "$account	arn:aws:sts::$account:assumed-role/IR-Operator/ana" \
  text sts get-caller-identity --query '[Account,Arn]'
want "sts get-access-key-info" "$account" text sts get-access-key-info --access-key-id $key --query Account
want "iam get-access-key-last-used" "$user" text iam get-access-key-last-used --access-key-id $key --query UserName

# The owner's credentials: the key of the alert and the one the intruder made.
has "iam list-access-keys" "^$key	Active$" text iam list-access-keys --user-name $user --query 'AccessKeyMetadata[].[AccessKeyId,Status]'
want "iam list-access-keys counts" 2 text iam list-access-keys --user-name $user --query 'length(AccessKeyMetadata)'
want "iam get-user" "arn:aws:iam::$account:user/$user" text iam get-user --user-name $user --query User.Arn
want "iam list-users" "breakglass	ci-deploy	$user" text iam list-users --query 'sort(Users[].UserName)'
want "iam list-groups-for-user" integrations text iam list-groups-for-user --user-name $user --query 'Groups[].GroupName'
want "iam list-user-tags" "one-off integration" text iam list-user-tags --user-name $user --query "Tags[?Key=='purpose'].Value"
has "iam get-user-policy" '"iam:CreateAccessKey"' aws iam get-user-policy --user-name $user --policy-name self-service
has "iam get-role" "arn:aws:iam::$account:role/deploy-artifacts" aws iam get-role --role-name deploy-artifacts
has "iam get-account-authorization-details" "temp-integration-access" aws iam get-account-authorization-details

# Event history: 50 a page, newest first, the CLI follows the token itself.
want "cloudtrail lookup-events by key" 50 \
  text cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=$key --no-paginate --query 'length(Events)'
has "cloudtrail lookup-events event" "\"accessKeyId\": ?\"$key\"" \
  text cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=$key --max-items 1 --query 'Events[].CloudTrailEvent'
has "cloudtrail lookup-events by name" "$user" \
  text cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateAccessKey --max-items 1 --query 'Events[].Username'

# What the key can reach.
want "secretsmanager list-secrets" 5 text secretsmanager list-secrets --query 'length(SecretList)'
has "s3 ls" " prod-core-billing-exports$" aws s3 ls

# A responder's rights are real, and so are the refusals.
refused "secret is not for the responder" AccessDenied aws secretsmanager get-secret-value --secret-id prod/billing/db
refused "nothing deletes a key" AccessDenied aws iam delete-access-key --user-name $user --access-key-id $key
refused "no such user" NoSuchEntity aws iam get-user --user-name nobody
refused "unknown operation" "InvalidAction|NotImplemented|UnknownOperation" aws iam list-server-certificates
refused "unknown service" "no service|UnknownOperation|InvalidAction|NotImplemented|not valid" aws dynamodb list-tables
refused "wrong secret" SignatureDoesNotMatch env AWS_SECRET_ACCESS_KEY=wrong aws sts get-caller-identity
refused "unknown key" "InvalidClientTokenId|UnrecognizedClient" env AWS_ACCESS_KEY_ID=ASIANOBODYNOBODYNOB1 aws sts get-caller-identity

# A write of a stock client is visible to the next read.
want "iam put-user-policy" "" aws iam put-user-policy --user-name $user --policy-name by-hand \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
has "iam list-user-policies" by-hand text iam list-user-policies --user-name $user
want "iam update-access-key" "" aws iam update-access-key --user-name $user --access-key-id $key --status Inactive
has "iam list-access-keys after" "^$key	Inactive$" text iam list-access-keys --user-name $user --query 'AccessKeyMetadata[].[AccessKeyId,Status]'

echo "test-aws-cli: $checks checks, $failed failed"
[ "$failed" = 0 ]
