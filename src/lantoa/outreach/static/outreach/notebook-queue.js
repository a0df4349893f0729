// Notes waiting in this phone. One leaves when the server says it is kept; its id makes it count once.
'use strict';
var notebook = (() => {
  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open('so-tay', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('notes', {keyPath: 'id'});
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const within = async (mode, act) => {
    const db = await open();
    try {
      return await new Promise((done, fail) => {
        const change = db.transaction('notes', mode);
        const asked = act(change.objectStore('notes'));
        change.oncomplete = () => done(asked.result);
        change.onabort = () => fail(change.error);
      });
    } finally { db.close(); }
  };
  const keep = note => within('readwrite', notes => notes.put(note));
  const drop = id => within('readwrite', notes => notes.delete(id));
  const all = () => within('readonly', notes => notes.getAll());
  const post = async (url, notes) => {
    const answer = await fetch(url, {
      method: 'POST', credentials: 'omit', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({entries: notes}),
    });
    if (answer.status === 404) {
      for (const note of notes) await keep({...note, refused: {id: ''}});
      return null;
    }
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    for (const one of told.entries) {
      if (one.kept) await drop(one.id);
      else await keep({...notes.find(note => note.id === one.id), refused: one.errors});
    }
    return told;
  };
  const send = async () => {
    const waiting = (await all()).filter(note => !note.refused), urls = new Set(waiting.map(note => note.url));
    let told = null;
    for (const url of urls) {
      const own = waiting.filter(note => note.url === url);
      for (let n = 0; n < own.length; n += 50) told = await post(url, own.slice(n, n + 50)) || told;
    }
    return told;
  };
  const flush = () => navigator.locks.request('so-tay', send);
  return {keep, drop, all, flush};
})();
