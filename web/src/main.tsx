import { render } from 'preact';
import { App } from './app/App';
import { start } from './app/start';
import './styles/tokens.css';
import './styles/base.css';

// Asked first, drawn while the answers are on their way.
start();
const root = document.getElementById('root');
if (root) render(<App />, root);
