#!/bin/sh
# Smoke checks of the calling platform, from its runbook.
set -eu
API_URL=http://127.0.0.1:3000/calling
AUTH="X-API-Key: $API_KEY"

curl --fail --silent --show-error "$API_URL/health" > /dev/null
curl -sS -H "$AUTH" "${API_URL}/api/calls?status=failed&limit=20" | jq '.items[].call_id'
curl -sS -H "$AUTH" "$API_URL/api/analytics/dashboard" -o dashboard.json
curl -sS "$API_URL/api/calls/schedule" \
  -H "X-API-Key: ${API_KEY}" \
  --json '{"contact": "Ada Byron", "phone": "+15550100123"}'
curl -sS -X POST -H "$AUTH" -F 'file=@contacts.csv;type=text/csv' "$API_URL/api/contacts/import"
curl -sS -H "$AUTH" "$API_URL/api/queue"
