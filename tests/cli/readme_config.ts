/** The config of the README. No tests in here. */

/** The plugin's own part. */
export const README = `enabled: true
priority: 1
pools:
  paid:  { plan_type: [pro, team] }
  keys:  { id: "*:apikey:*" }
  spare: { note: spare }
callers:
  team-red: 37fd8f355a99e569190988c886c374e86a398480365c7681e33e9d9657afba50
rules:
  - name: research
    when: { caller: team-red, model: "gpt-*", time: "Mon-Fri 08:00-19:00 Europe/Berlin" }
    use: [paid, keys]            # tried in this order
    policy: sticky
    otherwise: refuse
    refuse: { status: 429, message: "research is limited to working hours" }
  - name: everybody else
    use: [paid, spare]
    policy: { name: weighted, weights: { "codex-ada*": 3 } }
    otherwise: refuse
`;
