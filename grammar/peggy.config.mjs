// Options of the parser generator. Return types are written from `generated/`, where the output lands.
const tree = (name) => `import('../src/tree.ts').${name}`;

export default {
  allowedStartRules: [
    'File',
    'StrictItem',
    'StrictStatement',
    'StrictSetting',
    'StrictExpectation',
    'StrictClaim',
    'StrictFlow',
  ],
  returnTypes: {
    File: `readonly ${tree('Item')}[]`,
    StrictItem: tree('Item'),
    StrictStatement: tree('Statement'),
    StrictSetting: tree('Setting'),
    StrictExpectation: tree('Expectation'),
    StrictClaim: tree('Claim'),
    StrictFlow: tree('Flow'),
  },
};
