export BASE=http://localhost:3000
curl -s localhost:3000/kling/v1/videos/effects/814406272951339057
curl -s "$BASE/kling/v1/videos/lip-sync/871930045526781163"
