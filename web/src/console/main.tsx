import { render } from 'preact';
import { ConsoleApp } from './ConsoleApp';
import '../styles/tokens.css';
import '../styles/base.css';

const root = document.getElementById('root');
if (root) render(<ConsoleApp />, root);
