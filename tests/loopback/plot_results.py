# As a team that came from Locust plots its results. It must work unchanged with our CSV files.
import pandas as pd
import matplotlib.pyplot as plt

df = pd.read_csv('results_stats.csv')
df = df[df['Name'] != 'Aggregated']

plt.figure(figsize=(10, 6))
plt.bar(df['Name'], df['Average Response Time'])
plt.xlabel('Endpoint')
plt.ylabel('Average Response Time (ms)')
plt.title('Load test results')
plt.xticks(rotation=45)
plt.tight_layout()
plt.savefig('performance.png')

print(df[['Name', 'Request Count', 'Failure Count', 'Average Response Time', '50%', '95%', '99%']])
