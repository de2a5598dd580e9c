import http from 'k6/http';
import { check, sleep } from 'k6';

export const options = {
  stages: [
    { duration: '1s', target: 10 }, // ramp up
    { duration: '3s', target: 10 },
    { duration: '500ms', target: 0 },
  ],
  thresholds: {
    http_req_duration: ['p(95)<1000'],
    http_req_failed: ['rate<0.01'],
    checks: ['rate>0.99'],
  },
};

const BASE = __ENV.API_URL || 'http://127.0.0.1:8000/ngx';

export default function () {
  const res = http.post(`${BASE}/api/conversations`, JSON.stringify({ customer: { name: 'Ada' } }),
    { headers: { 'Content-Type': 'application/json' } });
  check(res, { 'status is 201': (r) => r.status === 201 });
  sleep(1);
}
