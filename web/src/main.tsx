import { render } from 'preact';
import { App } from './app/App';
import './styles/tokens.css';
import './styles/base.css';

const root = document.getElementById('root');
if (root) render(<App />, root);
