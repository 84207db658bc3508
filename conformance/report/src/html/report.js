// Only conveniences: everything can be read without it.
(() => {
  const root = document.documentElement;
  const chosen = (name, choose) => {
    const radios = document.querySelectorAll(`input[name="${name}"]`);
    const look = () => choose(document.querySelector(`input[name="${name}"]:checked`).value);
    radios.forEach((radio) => radio.addEventListener('change', look));
    look();
  };
  chosen('lang', (lang) => { root.lang = root.dataset.lang = lang; });
  chosen('show', (show) => { root.dataset.show = show; });
  const search = document.getElementById('search');
  const cases = [...document.querySelectorAll('.case')];
  const found = document.getElementById('found');
  const seek = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const one of cases) {
      one.hidden = !words.every((word) => one.dataset.find.includes(word));
      n += one.hidden ? 0 : 1;
    }
    found.textContent = words.length ? `${n} / ${cases.length}` : '';
  };
  search.closest('label').hidden = false;
  search.addEventListener('input', seek);
  const follow = () => {
    let at = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = at;
    for (; at; at = at.parentElement) if (at.tagName === 'DETAILS') { at.open = true; at.hidden = false; }
    // A moment is seen among those around it, everything else from its heading on.
    if (target) target.scrollIntoView({ block: target.tagName === 'TR' ? 'center' : 'start' });
  };
  addEventListener('hashchange', follow);
  follow();
})();
