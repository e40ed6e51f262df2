// Draws and composes the demo's media with ffmpeg (5.1 or newer, with libx264 and libmp3lame): node media/demo/make.mjs [name ...]
// Everything is computed, nothing is recorded: the files are our own.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const folder = import.meta.dirname;
const seconds = 5.1;

/** `#rrggbb` -> its three channels, 0 to 255. */
const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/**
 * A picture as a `geq` filter. Layers are painted in order: `colour` (or a vertical gradient of two) where `mask` (0 to 1) says so.
 * In masks X, Y, W, H are pixels and T is seconds; shapes are given in heights of the picture, so that it scales.
 */
function paint(layers) {
	const channel = (index) =>
		layers.reduce((below, { from, to = from, mask }) => {
			const colour = `lerp(${channels(from)[index]},${channels(to)[index]},Y/H)`;
			return below === '' ? colour : `lerp(${below},${colour},${mask})`;
		}, '');
	return `geq=r='${channel(0)}':g='${channel(1)}':b='${channel(2)}'`;
}

/** Everything below a rolling line: `at` its height, `tall` its swing, `wide` its wave length, `drift` heights per second. */
const hills = (at, tall, wide, drift, phase) =>
	`clip(Y-H*(${at}-${tall}*(sin(${phase}+6.2832*(X/H+${drift}*T)/${wide})+0.45*sin(1.7*${phase}+6.2832*(X/H+${drift}*T)*2.3/${wide}))),0,1)`;
const disc = (x, y, radius) => `clip(H*${radius}-hypot(X-W*${x},Y-H*(${y})),0,1)`;
const glow = (x, y, radius, strength) => `(${strength}*exp(-pow(hypot(X-W*${x},Y-H*(${y}))/(H*${radius}),2)))`;
/** Light on water: short bright dashes in a column under `x`. */
const shimmer = (x, from) =>
	`(0.75*gt(Y,H*${from})*exp(-pow((X-W*${x})/(H*(0.05+0.35*(Y/H-${from}))),2))*pow(clip(sin(Y/H*150+2.5*sin(X/H*9+T*1.2)-T*2.4),0,1),2))`;
/** A round-ended bar that breathes like a voice. */
const bars =
	`clip(H*(0.05+0.25*exp(-pow((X/W-0.5)*2.6,2))*abs(sin(floor(X/(H*0.08))*1.9+T*3.7)*sin(floor(X/(H*0.08))*0.7-T*2.3)))-hypot(0,Y-H*0.5)` +
	`-pow(abs(mod(X,H*0.08)-H*0.04)/(H*0.022),2)*H*0.022,0,1)*lt(abs(mod(X,H*0.08)-H*0.04),H*0.024)`;

const scenes = {
	dawn: [
		{ from: '#2b1b5a', to: '#ff9a6b' },
		{ from: '#ffd9a0', mask: glow(0.62, '0.66-0.062*T', 0.42, 0.75) },
		{ from: '#fff3d6', mask: disc(0.62, '0.66-0.062*T', 0.095) },
		{ from: '#b5568a', to: '#d9748c', mask: hills(0.62, 0.045, 0.95, 0.012, 0.4) },
		{ from: '#7a3b86', to: '#9a4a86', mask: hills(0.72, 0.05, 0.8, 0.03, 2.1) },
		{ from: '#43276b', to: '#57306f', mask: hills(0.84, 0.05, 1.1, 0.06, 4.4) },
		{ from: '#1d1440', mask: hills(0.95, 0.035, 0.7, 0.11, 1.2) },
	],
	tide: [
		{ from: '#071336', to: '#3a7fa8' },
		{ from: '#a9dcff', mask: glow(0.36, '0.27', 0.34, 0.5) },
		{ from: '#f4fbff', mask: disc(0.36, '0.27', 0.085) },
		{ from: '#1d5c86', to: '#0f3f6b', mask: hills(0.6, 0.008, 0.5, 0.05, 0.3) },
		{ from: '#dff4ff', mask: shimmer(0.36, 0.61) },
		{ from: '#0e4470', to: '#082d55', mask: hills(0.74, 0.014, 0.62, -0.07, 1.9) },
		{ from: '#0a2f58', to: '#061f42', mask: hills(0.86, 0.02, 0.8, 0.1, 3.3) },
		{ from: '#04142f', mask: hills(0.96, 0.02, 0.9, -0.13, 5.1) },
	],
	voice: [
		{ from: '#10204f', to: '#5b2a86' },
		{ from: '#e05a9c', mask: glow('(0.5+0.22*sin(T*1.2))', '0.5+0.1*cos(T*1.7)', 0.55, 0.6) },
		{ from: '#35c6d6', mask: glow('(0.5-0.25*sin(T*1.2))', '0.5-0.12*cos(T*1.4)', 0.4, 0.5) },
		{ from: '#ffffff', to: '#ffe3f1', mask: bars },
	],
	valley: [
		{ from: '#123a6b', to: '#ffb37a' },
		{ from: '#ffe6b0', mask: glow(0.68, '0.36', 0.3, 0.7) },
		{ from: '#fff6df', mask: disc(0.68, '0.36', 0.07) },
		{ from: '#7f86b5', to: '#a08bb0', mask: hills(0.5, 0.05, 0.7, 0, 0.9) },
		{ from: '#4f6fa0', to: '#6a78a5', mask: hills(0.61, 0.055, 0.6, 0, 2.9) },
		{ from: '#2c5580', to: '#3d5f86', mask: hills(0.72, 0.05, 0.85, 0, 4.2) },
		{ from: '#173c5f', to: '#22476a', mask: hills(0.83, 0.045, 0.65, 0, 0.2) },
		{ from: '#0a2138', mask: hills(0.94, 0.035, 0.9, 0, 5.5) },
	],
	bloom: [
		{ from: '#2a0f45', to: '#0f2a4f' },
		...[0.44, 0.36, 0.28, 0.2, 0.12].map((radius, index) => ({
			from: ['#5b2a86', '#a23b8f', '#e0568f', '#ff8e7a', '#ffd58a'][index],
			mask: `clip(H*${radius}*(0.82+0.18*cos(${6 + 2 * index}*atan2(Y-H/2,X-W/2)+${index * 0.6}))-hypot(X-W/2,Y-H/2),0,1)`,
		})),
		{ from: '#fff6df', mask: disc(0.5, '0.5', 0.05) },
	],
};

/** A plucked, slowly fading tone: `at` seconds after the start. */
const tone = (frequency, at, level) =>
	`${level}*gte(t,${at})*min((t-${at})*40,1)*exp(-(t-${at})*0.9)*(sin(2*PI*${frequency}*t)+0.3*sin(4*PI*${frequency}*t)+0.1*sin(6*PI*${frequency}*t))`;
const chord = (notes, length) =>
	`aevalsrc='${notes.map((note, index) => tone(note, (index * 0.28).toFixed(2), 0.12)).join('+')}':s=44100:d=${length},afade=t=out:st=${length - 0.6}:d=0.6`;
const major9 = [220, 277.18, 329.63, 415.3, 493.88];
const minor9 = [196, 233.08, 293.66, 349.23, 440];
const open = [174.61, 261.63, 329.63, 392, 523.25];

const source = (scene, size, extra = '') => `color=c=black:s=${size}${extra},format=gbrp,${paint(scene)}`;
// MP3 inside MP4: VS Code's own ffmpeg decodes H.264, MP3, FLAC, Vorbis and PCM, but neither AAC nor Opus. faststart: plays before it is all there.
const video = (scene, notes) => [
	...['-f', 'lavfi', '-i', source(scene, '640x360', `:r=30:d=${seconds}`), '-f', 'lavfi', '-i', chord(notes, seconds)],
	...['-c:v', 'libx264', '-profile:v', 'high', '-level', '3.1', '-pix_fmt', 'yuv420p', '-preset', 'veryslow', '-crf', '27', '-g', '60'],
	...['-c:a', 'libmp3lame', '-b:a', '48k', '-ac', '1', '-ar', '44100', '-movflags', '+faststart', '-t', `${seconds}`],
];
const image = (scene) => [
	'-f',
	'lavfi',
	'-i',
	source(scene, '1024x1024', ':r=1:d=1'),
	'-frames:v',
	'1',
	'-pix_fmt',
	'rgb24',
	'-compression_level',
	'9',
	'-pred',
	'mixed',
];
const sound = (...format) => ['-f', 'lavfi', '-i', chord(major9, 4), ...format];

const files = {
	'dawn.mp4': video(scenes.dawn, major9),
	'tide.mp4': video(scenes.tide, minor9),
	'voice.mp4': video(scenes.voice, open),
	'valley.png': image(scenes.valley),
	'bloom.png': image(scenes.bloom),
	'chord.mp3': sound('-c:a', 'libmp3lame', '-b:a', '64k'),
	'chord.wav': sound('-c:a', 'pcm_s16le', '-ar', '16000'),
};

const wanted = process.argv.slice(2);
for (const [name, options] of Object.entries(files)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	// bitexact and no metadata: the same bytes from the same ffmpeg.
	const { status } = spawnSync(
		'ffmpeg',
		[
			'-v',
			'error',
			'-y',
			...options,
			'-map_metadata',
			'-1',
			'-fflags',
			'+bitexact',
			'-flags:v',
			'+bitexact',
			'-flags:a',
			'+bitexact',
			path.join(folder, name),
		],
		{ stdio: 'inherit' },
	);
	if (status !== 0) process.exit(1);
}
