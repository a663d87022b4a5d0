// Not a program: which version of its package a program was started with.
const word = process.argv.find((argument) => argument.startsWith('--version='));

exports.versionOf = (name) => `${name}-${word === undefined ? 'old' : word.slice('--version='.length)}`;
