/**
 * `help`: what there is to type, and what the exit codes mean.
 */

import type { Command, HelpInvocation } from "./invocation.ts";
import type { Outcome } from "./io.ts";

const OVERVIEW = `\
The scheduler plugin for CLIProxyAPI. The host loads this file; from a shell
the same file explains what the plugin decides.

Usage: scheduler <command> [arguments]

Commands:
  pick      Show which credential a request gets, and why
  check     Read a config: what is in force, or what is wrong with it
  policy    Write a policy of your own: new, check, run, list
  caller    Hash a client's key, for rules about clients
  schema    Show the JSON Schema of the config, for editors
  version   Show the versions of the plugin, its runtime and the host interface
  help      Show this text, or the help of one command

Flags:
  -h, --help      Show help; after a command, the help of that command
  -V, --version   Show the versions

Exit codes:
  0   An answer: a credential, a built-in selector of the host, a good config
  1   The pick is refused or not handled
  2   Wrong usage, or a request or config that cannot be read

The name "scheduler" stands for this file, such as ./scheduler.so. A further
command, "serve", is for the plugin alone: it starts its worker with it.
`;

const PICK = `\
Show which credential a request gets, and why: one line per candidate, then
the answer.

Usage: scheduler pick [flags] [REQUEST]
       scheduler pick [flags] --candidates a,b,c --model m

REQUEST is a file with a scheduler.pick request as the host sends it, in JSON;
"-" or nothing reads it from standard input.

Flags:
  --config FILE       The config: the plugin's own YAML, or a whole config.yaml
                      of the host; "-" reads it from standard input. Without
                      it nothing is configured
  --json              Print the same facts as JSON
  --verbose           Show every rule, and why it did not match
  --at TIME           Decide as of a time, such as 2026-11-24T09:30; without
                      it, now
  --candidates LIST   Make up a request: IDs of credentials between commas,
                      with what is said of them in braces
  -h, --help          Show this text

What the request says, made up or in place of what REQUEST says:
  --model NAME        The model; "" for none
  --provider NAME     The provider, such as codex
  --stream            It asks for a stream
  --caller NAME       The client: a name under callers of the config, or a hash
  --header 'N: V'     A header of the client; may be repeated
  --path ROUTE        The route of the host, such as /v1/responses
  --service-tier T    The service tier
  --retry             An earlier credential of this round failed
  --metadata N=V      Any other metadata of the host, such as
                      derived_session_id=s1; may be repeated

In braces stand priority, provider, status and any attribute, as in
'a{plan_type=pro,priority=10},b': in quotes, since shells read braces. A
backslash takes the meaning from the next character.

"took" is the time to decode the request and to decide, once, in a program
that has just started. Headers and metadata of the request are never printed.

Exit codes:
  0   A credential or a built-in selector of the host is the answer
  1   The pick is refused or not handled
  2   Wrong usage, or a request or config that cannot be read

Examples:
  scheduler pick --config config.yaml request.json
  scheduler pick --verbose --at 2026-11-24T20:00 --config c.yaml request.json
  scheduler pick --candidates a.json,b.json --model gpt-5.5 --json
  scheduler pick --config c.yaml --caller team-red request.json
  scheduler pick --config c.yaml --candidates 'a{plan_type=pro},b' --retry
`;

const CHECK = `\
Read a config and show what is in force, or every problem with its place.

Usage: scheduler check [flags] [FILE]

FILE is the plugin's own YAML or a whole config.yaml of the host, where the
plugin's part is plugins.configs.scheduler; "-" or nothing reads it from
standard input.

Flags:
  --strict         Take warnings for errors
  --request FILE   Hold the rules and pools against a scheduler.pick request
  --host-dir DIR   The host's working directory, where a relative policies_dir
                   starts; without it, the folder of a config.yaml of the host,
                   else where you are
  --json           Print the same facts as JSON
  -h, --help       Show this text

A rule that isolates (otherwise: refuse) needs its policy: if the file of one
cannot be loaded, that is an error. A note is advice and never an error.

Exit codes:
  0   The config is good; without --strict it may have warnings
  2   Wrong usage, or a config that the plugin does not accept
`;

const POLICY = `\
Write policies of your own, in TypeScript: one file each, in the folder of
policies, live as soon as it is saved.

Usage: scheduler policy new NAME [--dir DIR]
       scheduler policy check FILE [flags]
       scheduler policy run FILE --request REQUEST [flags]
       scheduler policy list [--json]

  new     Write NAME.ts, its test NAME_test.ts and the types scheduler.d.ts
          into the folder; no policy and no test is overwritten
  check   Whether the worker would load FILE, what it says to a trial pick, and
          how long that takes
  run     Decide REQUEST with FILE as the worker would, with reasons; what the
          policy prints goes to standard error
  list    What running workers have loaded: since when, calls, failures, mean
          time

Flags:
  --dir DIR          Of new: the folder; without it, scheduler-policies
  --request REQUEST  A file with a scheduler.pick request as the host sends it;
                     "-" reads it from standard input
  --options JSON     The policy's options, as in the config
  --headers NAMES    Headers that it may see, between commas
  --json             Print the same facts as JSON
  -h, --help         Show this text

Further flags of run: --at TIME, --candidates LIST, and what the request says
(--model, --caller HASH, --header and so on), as for "scheduler pick"; --seed N
for what context.random() gives; --repeat N for N picks that share its state;
--all-tiers to let it see candidates of all priorities.

Exit codes:
  0   Written, good, a credential, a running worker
  1   No answer, a trial pick that failed, no running worker
  2   Wrong usage, or a policy or request that cannot be read or loaded

Examples:
  scheduler policy new cheapest
  scheduler policy check scheduler-policies/cheapest.ts
  scheduler policy run scheduler-policies/cheapest.ts --request request.json
`;

const CALLER = `\
Hash a client's key as the host does, for "callers" of the config. The key is
read from standard input and never shown, kept or sent.

Usage: scheduler caller

Flags:
  -h, --help   Show this text

Exit codes:
  0   The hash
  2   Wrong usage, or no key

Examples:
  scheduler caller
  scheduler caller < key.txt
`;

const SCHEMA = `\
Show the JSON Schema of the plugin's part of the config. Editors complete and
check the config with it.

Usage: scheduler schema > scheduler.schema.json

Flags:
  -h, --help   Show this text
`;

const VERSION = `\
Show the versions of the plugin, its runtime and the host interface.

Usage: scheduler version

Flags:
  -h, --help   Show this text
`;

const HELP = `\
Show what there is to type, or the help of one command.

Usage: scheduler help [COMMAND]

Flags:
  -h, --help   Show this text
`;

const TOPICS: Readonly<Record<Command, string>> = {
  pick: PICK,
  check: CHECK,
  policy: POLICY,
  caller: CALLER,
  schema: SCHEMA,
  version: VERSION,
  help: HELP,
};

/**
 * Shows the help.
 *
 * @param invocation Whose help is wanted.
 * @returns The help text.
 */
export function help(invocation: HelpInvocation): Outcome {
  const { topic } = invocation;
  const stdout = topic === undefined ? OVERVIEW : TOPICS[topic];
  return { exitCode: 0, stdout, stderr: "" };
}
