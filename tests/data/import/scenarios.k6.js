import http from "k6/http";

export const options: Options = {
  scenarios: {
    steady: { executor: "constant-vus", vus: __ENV.VUS || 20, duration: "5m", gracefulStop: "1m" },
    "ramp up": {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [{ duration: '20s', target: 10 }, { duration: '10s', target: 0 }],
      gracefulRampDown: '0s',
      startTime: "30s",
      exec: 'contacts',
      tags: { kind: "ramp" },
    },
    shared: { executor: 'shared-iterations', vus: 10, iterations: 200, maxDuration: '30s' },
    each: { executor: 'per-vu-iterations', vus: 10, iterations: 20 },
    rate: { executor: 'constant-arrival-rate', rate: 30, timeUnit: '1m', duration: '1m', preAllocatedVUs: 50, maxVUs: 80 },
    wave: {
      executor: 'ramping-arrival-rate', startRate: 300, timeUnit: '1m', preAllocatedVUs: 50,
      stages: [ { target: 600, duration: '2m' }, { target: 0, duration: 60_000 } ],
    },
    manual: { executor: 'externally-controlled', vus: 10, maxVUs: 50, duration: '10m' },
    computed: { executor: 'constant-vus', vus: Math.ceil(PEAK / 3), duration: makeDuration() },
  },
  discardResponseBodies: true,
};
export default () => { http.batch([['GET', 'https://example.com']]); };
export function contacts() { http.get('https://example.com/contacts'); }
