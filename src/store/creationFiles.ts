import { FileInstallation } from './installation';
import { DiskMediaCopies } from './mediaCopies';

/** What creates keep beside the database. Entry point of dist/creationFiles.js. */
export class CreationFiles {
	readonly media: DiskMediaCopies;
	readonly installation: FileInstallation;

	/** @param directory the folder of the database, absolute */
	constructor(directory: string) {
		this.media = new DiskMediaCopies(directory);
		this.installation = new FileInstallation(directory);
	}
}
