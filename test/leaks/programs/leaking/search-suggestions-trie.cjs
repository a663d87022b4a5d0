// leaking: a trie of what was searched for in the last four seconds; what gets old is taken off the counts, its nodes stay
// right: insert, Trie.insert, child, TrieNode.child, TrieNode
// rate: 250
// written: 2026-11-22
class TrieNode {
  constructor() {
    this.children = null;
    this.count = 0;
    this.ends = 0;
  }

  child(letter) {
    this.children ??= new Map();
    let node = this.children.get(letter);
    if (node === undefined) {
      node = new TrieNode();
      this.children.set(letter, node);
    }
    return node;
  }
}

class Trie {
  constructor() {
    this.root = new TrieNode();
  }

  insert(word) {
    let node = this.root;
    for (const letter of word) {
      node = node.child(letter);
      node.count += 1;
    }
    node.ends += 1;
  }

  remove(word) {
    let node = this.root;
    for (const letter of word) {
      node = node.child(letter);
      node.count -= 1;
    }
    node.ends -= 1;
  }

  *suggestions(prefix) {
    let node = this.root;
    for (const letter of prefix) node = node?.children?.get(letter);
    const open = node === undefined ? [] : [[prefix, node]];
    while (open.length > 0) {
      const [text, at] = open.pop();
      if (at.ends > 0) yield text;
      for (const [letter, next] of at.children ?? []) if (next.count > 0) open.push([text + letter, next]);
    }
  }
}

const trie = new Trie();
const recent = [];
const syllables = 'ka ro mi te lu san ver dol pe xi bra on gu fen ta ny qui zo wel hap cy jor dim us'.split(' ');

function search(word, limit = 5) {
  trie.insert(word);
  recent.push({ word, at: performance.now() });
  const found = [];
  for (const text of trie.suggestions(word.slice(0, 3))) if (found.push(text) === limit) break;
  return found;
}

function forgetOld() {
  const limit = performance.now() - 4_000;
  while (recent.length > 0 && recent[0].at < limit) trie.remove(recent.shift().word);
}

import('../../driver.mjs').then(({ drive, every, traffic, upTo }) => {
  every(250, forgetOld);
  return drive(
    (n) => {
      traffic(n);
      const word = Array.from({ length: 5 + upTo(3) }, () => syllables[upTo(syllables.length)]).join('');
      search(word);
    },
    { perSecond: 130 },
  );
});
