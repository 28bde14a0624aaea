import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import type { Diagnostic } from '@weir/plugin';
import { diagnosticsReport, renderDiagnostics, type DiagnosticFormat } from './render.ts';

const TEXT = 'network front {\n  mode nut\n}\n';
const FOUND: readonly Diagnostic[] = [
  {
    code: 'resolve/unknown-mode',
    severity: 'error',
    message: 'unknown mode `nut`: 100%, really',
    span: { file: 'a dir/site.weir', start: 23, end: 26 },
    labels: [{ span: { file: 'a dir/site.weir', start: 8, end: 13 }, text: 'in this network' }],
    help: 'did you mean `nat`?',
    fix: [{ span: { file: 'a dir/site.weir', start: 23, end: 26 }, text: 'nat' }],
  },
  {
    code: 'lint/whole',
    severity: 'warning',
    message: 'two lines',
    span: { file: 'a dir/site.weir', start: 0, end: 28 },
  },
  { code: 'project/odd', severity: 'info', message: 'no place' },
];
const sources = { texts: new Map([['a dir/site.weir', TEXT]]) };

function render(format: DiagnosticFormat, found = FOUND): string {
  return renderDiagnostics(found, { ...sources, format, colour: false, version: '1.2.3' });
}

test('JSON names every place with lines and columns, and every key is always there', () => {
  expect(JSON.parse(render('json'))).toMatchInlineSnapshot(`
    {
      "diagnostics": [
        {
          "code": "project/odd",
          "column": null,
          "endColumn": null,
          "endLine": null,
          "file": null,
          "fix": [],
          "help": null,
          "labels": [],
          "line": null,
          "message": "no place",
          "severity": "info",
        },
        {
          "code": "lint/whole",
          "column": 1,
          "endColumn": 2,
          "endLine": 3,
          "file": "a dir/site.weir",
          "fix": [],
          "help": null,
          "labels": [],
          "line": 1,
          "message": "two lines",
          "severity": "warning",
        },
        {
          "code": "resolve/unknown-mode",
          "column": 8,
          "endColumn": 11,
          "endLine": 2,
          "file": "a dir/site.weir",
          "fix": [
            {
              "column": 8,
              "endColumn": 11,
              "endLine": 2,
              "file": "a dir/site.weir",
              "line": 2,
              "text": "nat",
            },
          ],
          "help": "did you mean \`nat\`?",
          "labels": [
            {
              "column": 9,
              "endColumn": 14,
              "endLine": 1,
              "file": "a dir/site.weir",
              "line": 1,
              "text": "in this network",
            },
          ],
          "line": 2,
          "message": "unknown mode \`nut\`: 100%, really",
          "severity": "error",
        },
      ],
      "errors": 1,
      "format": 1,
      "warnings": 1,
    }
  `);
});

test('workflow commands escape what would end them', () => {
  expect(render('github')).toMatchInlineSnapshot(`
    "::notice title=project/odd::no place
    ::warning file=a dir/site.weir,line=1,endLine=3,title=lint/whole::two lines
    ::error file=a dir/site.weir,line=2,endLine=2,col=8,endColumn=11,title=resolve/unknown-mode::unknown mode \`nut\`: 100%25, really%0Adid you mean \`nat\`?
    "
  `);
});

test('a workflow command cannot be started by a message', () => {
  const unit = fc.constantFrom('\n', '\r', ':', '%', ',', 'a', '::error::', '%0A');
  fc.assert(
    fc.property(fc.array(unit), (parts) => {
      const text = parts.join('');
      const shown = render('github', [{ code: text, severity: 'error', message: text, help: text }]);
      expect(shown.split('\n')).toHaveLength(2);
      expect(shown).not.toContain('\r');
    }),
  );
});

test('SARIF says its version, its column kind, and relates labels and fixes', () => {
  expect(JSON.parse(render('sarif'))).toMatchInlineSnapshot(`
    {
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "runs": [
        {
          "columnKind": "utf16CodeUnits",
          "results": [
            {
              "level": "note",
              "message": {
                "text": "no place",
              },
              "ruleId": "project/odd",
              "ruleIndex": 1,
            },
            {
              "level": "warning",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "a%20dir/site.weir",
                    },
                    "region": {
                      "endColumn": 2,
                      "endLine": 3,
                      "startColumn": 1,
                      "startLine": 1,
                    },
                  },
                },
              ],
              "message": {
                "text": "two lines",
              },
              "ruleId": "lint/whole",
              "ruleIndex": 0,
            },
            {
              "fixes": [
                {
                  "artifactChanges": [
                    {
                      "artifactLocation": {
                        "uri": "a%20dir/site.weir",
                      },
                      "replacements": [
                        {
                          "deletedRegion": {
                            "endColumn": 11,
                            "endLine": 2,
                            "startColumn": 8,
                            "startLine": 2,
                          },
                          "insertedContent": {
                            "text": "nat",
                          },
                        },
                      ],
                    },
                  ],
                },
              ],
              "level": "error",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "a%20dir/site.weir",
                    },
                    "region": {
                      "endColumn": 11,
                      "endLine": 2,
                      "startColumn": 8,
                      "startLine": 2,
                    },
                  },
                },
              ],
              "message": {
                "text": "unknown mode \`nut\`: 100%, really
    did you mean \`nat\`?",
              },
              "relatedLocations": [
                {
                  "id": 0,
                  "message": {
                    "text": "in this network",
                  },
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "a%20dir/site.weir",
                    },
                    "region": {
                      "endColumn": 14,
                      "endLine": 1,
                      "startColumn": 9,
                      "startLine": 1,
                    },
                  },
                },
              ],
              "ruleId": "resolve/unknown-mode",
              "ruleIndex": 2,
            },
          ],
          "tool": {
            "driver": {
              "name": "weir",
              "rules": [
                {
                  "id": "lint/whole",
                },
                {
                  "id": "project/odd",
                },
                {
                  "id": "resolve/unknown-mode",
                },
              ],
              "version": "1.2.3",
            },
          },
        },
      ],
      "version": "2.1.0",
    }
  `);
});

test('paths are written as the caller asks, in every format', () => {
  for (const format of ['text', 'json', 'github', 'sarif'] as const) {
    const shown = renderDiagnostics(FOUND, {
      ...sources,
      pathOf: (file) => `moved/${file}`,
      format,
      colour: false,
      version: '1',
    });
    expect(shown).toMatch(/moved\/a( |%20)dir/);
  }
});

test('JSON text never steers a terminal and still says the same', () => {
  const message = 'a\u202eb\u009bc\u001bd';
  const shown = render('json', [{ code: 'a/b', severity: 'error', message }]);
  expect(shown).not.toContain('\u202e');
  expect(shown).not.toContain('\u009b');
  expect(JSON.parse(shown).diagnostics[0].message).toBe(message);
});

test('the report counts what it lists', () => {
  expect(diagnosticsReport(FOUND, sources)).toMatchObject({ format: 1, errors: 1, warnings: 1 });
});

test('SARIF says what a code is about where that is known', () => {
  const sarif = renderDiagnostics([{ code: 'a/b', severity: 'error', message: 'x' }], {
    texts: new Map(),
    format: 'sarif',
    colour: false,
    version: '0',
    titles: new Map([['a/b', 'a thing that is wrong']]),
  });
  expect(sarif).toContain('"shortDescription"');
  expect(sarif).toContain('a thing that is wrong');
});
