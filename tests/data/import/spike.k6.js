import http from 'k6/http';
import { check, sleep } from 'k6';
import { Rate } from "k6/metrics"; // it's a custom metric

const BASE = __ENV.API_URL || 'http://127.0.0.1:3000';
const PEAK = 100;
const quoted = /["']{2}/; // a regular expression with quotes

/* export const options = { vus: 1 }; */
export let options = {
  stages: [
    { duration: '30s', target: 1 },   // warm up
    { duration: "1m30s", target: PEAK },
    { target: 0, duration: `30s`, },
  ],
  thresholds: {
    http_req_duration: ['p(95)<500', 'avg < 200', 'p(97)<900'],
    'http_req_duration{name:list}': ['p(95)<300'],
    http_req_failed: [{ threshold: 'rate<0.02', abortOnFail: true, delayAbortEval: '10s' }],
    checks: 'rate>0.98',
    http_reqs: ['rate>50', 'count>1000'],
    errors: ['rate<0.1'],
  },
  insecureSkipTLSVerify: true,
  userAgent: 'k6/spike',
  ext: { loadimpact: { projectID: 7 } },
};

export function setup() { return { token: `a ${BASE} b` }; }
export default function (data) {
  const res = http.get(`${BASE}/api/calls`);
  check(res, { 'status is 200': (r) => r.status === 200 });
  http.post(BASE + "/api/calls", JSON.stringify({ a: 1 }));
  sleep(1);
}
