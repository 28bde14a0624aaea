/**
 * The first project that `weir init` makes: its files as text.
 *
 * In: the version that the CI workflow shall use. Out: relative posix paths with their text. Guaranteed: the project
 * passes `weir check` and `weir compile` as it is (a test holds it).
 */
import type { OutputFile } from '../output/output-files.ts';

const SITE = `# The first guest and who may talk to it. Check it with: weir check .
import { clean-traffic, dns, http, https, ntp, ping, ssh } from "@weir/rules"

# From where machines are administered: put your own addresses here.
addresses admins = { 192.0.2.0/24, 2001:db8::/32 }

## A web server: the web from everywhere, administration from the admins, and what it needs itself.
filter web(admin: addresses = admins) {
  in  accept ping limit 20/second burst 40
  in  accept http, https
  in  accept ssh from admin
  out accept dns to gateway
  out accept ntp, http, https
  default in  drop
  default out reject
}

## The guest's own device on this host is vnet0. It names no network, so it stands in the one called \`default\`,
## which comes with @weir/rules: 10.87.0.0/24 and fd3c:91a6:5e2d::/64 behind the host's own address.
guest web1 {
  labels { tier = web }
  interface vnet0 {
    mac     52:54:00:57:65:01
    address 10.87.0.11, fd3c:91a6:5e2d::11
    guard   clean-traffic
    filter  web
  }
}

test "the web is open, administration is not" {
  accept tcp host -> web1 port 443
  drop   tcp host -> web1 port 22
  accept tcp web1 -> 198.51.100.7 port 443
  reject tcp web1 -> 198.51.100.7 port 25
}
`;

const README = `# Network rules of our guests

\`site.weir\` says who may talk to whom; [Weir](https://www.npmjs.com/package/@weir/cli) compiles it into nftables.

\`\`\`
weir check .                    # every problem, with its place
weir test .                     # the tests that stand beside the rules
weir explain . 'tcp 198.51.100.7 -> web1 port 443'
weir compile . -o out           # nftables JSON: the whole ruleset, and one document per guest interface
weir compile . --interface vnet0
sudo weir apply .               # make the network on this host and load the ruleset
sudo weir down                  # take it away again
\`\`\`

\`weir.config.json\` names the target: the nft and kernel of the hosts. \`weir targets\` lists them.
`;

function workflow(version: string): string {
  return `name: weir
on: [push, pull_request]
permissions:
  contents: read
jobs:
  rules:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npx --yes --package @weir/cli@${version} weir check . --format github
      - run: npx --yes --package @weir/cli@${version} weir test . --format github
      - run: npx --yes --package @weir/cli@${version} weir compile . -o out
`;
}

/** The files. `target` is written into the project file. */
export function firstProject(version: string, target: string): readonly OutputFile[] {
  return [
    { path: 'weir.config.json', text: `${JSON.stringify({ target }, null, 2)}\n` },
    { path: 'site.weir', text: SITE },
    { path: 'README.md', text: README },
    { path: '.gitignore', text: '/out/\n' },
    { path: '.github/workflows/weir.yml', text: workflow(version) },
  ];
}
